import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WatchedLink, watchForOutage } from '../src/ssh/outage-watch.js';
import type { Reach } from '../src/ssh/port-probe.js';

/** A connection whose other side answers each sign at once, until it is cut. */
class FakeLink implements WatchedLink {
  traffic = { bytesRead: 0, bytesWritten: 0 };
  pings = 0;
  isCut = false;
  end: () => void = () => {};
  readonly closed = new Promise<string>((resolve) => {
    this.end = () => resolve('ended');
  });

  send(bytes = 100): void {
    this.traffic = { ...this.traffic, bytesWritten: this.traffic.bytesWritten + bytes };
  }

  receive(): void {
    this.traffic = { ...this.traffic, bytesRead: this.traffic.bytesRead + 100 };
  }

  ping(): void {
    this.pings += 1;
    this.send();
    if (!this.isCut) this.receive();
  }
}

let link: FakeLink;
let asked: number;
let reach: () => Promise<Reach>;
let givenUp: number;

beforeEach(() => {
  vi.useFakeTimers();
  link = new FakeLink();
  asked = 0;
  givenUp = 0;
  reach = async () => 'at-once';
  watchForOutage(
    link,
    () => {
      asked += 1;
      return reach();
    },
    () => {
      givenUp += 1;
      link.end();
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

describe('a connection whose network is away', () => {
  it('is given up as soon as a new connection gets through and it does not', async () => {
    link.isCut = true;
    let comeBack: (reach: Reach) => void = () => {};
    reach = () => new Promise((resolve) => (comeBack = resolve));
    link.send();
    await pass(20);
    expect([asked, givenUp]).toEqual([1, 0]);
    comeBack('late');
    await pass(1.1);
    expect(givenUp).toBe(1);
    await pass(60);
    expect([asked, givenUp]).toEqual([1, 1]);
  });

  it('is asked for again and again while nothing gets through', async () => {
    link.isCut = true;
    reach = async () => 'never';
    link.send();
    await pass(30);
    expect(asked).toBeGreaterThan(20);
    expect(givenUp).toBe(0);
    reach = async () => 'at-once';
    await pass(2);
    expect(givenUp).toBe(1);
  });

  it('is kept when it speaks again by itself', async () => {
    link.isCut = true;
    let comeBack: (reach: Reach) => void = () => {};
    reach = () => new Promise((resolve) => (comeBack = resolve));
    link.send();
    await pass(20);
    comeBack('late');
    await pass(0.5);
    link.receive();
    await pass(60);
    expect(givenUp).toBe(0);
  });
});

describe('a connection whose network is there', () => {
  it('is kept for as long as its host is only slow, and the host is asked seldom', async () => {
    link.isCut = true;
    link.send();
    await pass(60);
    expect(givenUp).toBe(0);
    expect(asked).toBeLessThanOrEqual(7);
  });

  it('is asked for an answer when what was sent has none, and the network is not doubted then', async () => {
    link.send();
    await pass(60);
    expect([link.pings, asked, givenUp]).toEqual([1, 0, 0]);
  });

  it('costs nothing while nothing is sent', async () => {
    await pass(600);
    expect([link.pings, asked]).toEqual([0, 0]);
  });
});
