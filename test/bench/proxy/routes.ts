import { Agent, request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Contestant } from './contestants.js';
import { median, say } from './measure.js';

const callsAtOnce = 16;
const lookups = 1000;

/** The path of one of many routes, in the form that the hub gives them. */
export function routePath(index: number): string {
  return `/user/u${index}/default`;
}

/** Adds so many routes over the REST API; returns how many a second. */
export async function addRoutes(contestant: Contestant, count: number, target: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: callsAtOnce });
  let next = 0;
  const add = async (): Promise<void> => {
    while (next < count) {
      const path = routePath(next);
      next += 1;
      await call(contestant, agent, 'POST', path, JSON.stringify({ target }), 201);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: callsAtOnce }, add));
  const perSecond = count / ((performance.now() - start) / 1000);
  agent.destroy();
  say(`  ${contestant.name.padEnd(12)} ${count} routes added, ${Math.round(perSecond)} a second`);
  return Math.round(perSecond);
}

/** Asks the REST API for one route among `count`, over and over; the median, in microseconds. */
export async function findRoutes(contestant: Contestant, count: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let index = 0; index < lookups; index += 1) {
    const path = routePath(Math.floor((index * count) / lookups));
    const start = performance.now();
    await call(contestant, agent, 'GET', path, '', 200);
    times.push((performance.now() - start) * 1000);
  }
  agent.destroy();
  say(`  ${contestant.name.padEnd(12)} one route among ${count} found over the API in ${Math.round(median(times))} µs`);
  return Math.round(median(times));
}

async function call(
  { name, api }: Contestant,
  agent: Agent,
  method: string,
  path: string,
  body: string,
  status: number,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const headers = { authorization: 'token bench', 'content-length': body.length };
    const request = openRequest({ ...api, agent, method, path: `/api/routes${path}`, headers }, (answer) => {
      text(answer).then((said) => {
        if (answer.statusCode === status) resolve();
        else reject(new Error(`${name} answered ${answer.statusCode}: ${said}`));
      }, reject);
    });
    request.once('error', reject).end(body);
  });
}
