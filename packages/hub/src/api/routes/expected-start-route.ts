import { defineRoute } from '../api-route.js';
import { describeExpectedStart } from '../describe/describe-expected-start.js';
import { expectedStartShape } from '../shapes/expected-start-shape.js';
import { startShape, writeChoices } from '../shapes/start-shape.js';
import { requireSelf } from './find-own-server.js';

/** When a server would start, before one asks for it. */
export const expectedStartRoute = defineRoute({
  method: 'post',
  path: '/users/{name}/expected-start',
  id: 'askExpectedStart',
  summary: 'When a server would start. Nothing is submitted; the scheduler looks at the script that would be.',
  access: 'servers',
  body: startShape,
  answers: {
    200: { description: 'What the scheduler guesses; it may be half a minute old.', schema: expectedStartShape },
  },
  errors: [404, 422, 503],
  handle: async (call, { expectedStarts }) => {
    requireSelf(call);
    const { site, template, choices } = call.body;
    const userName = call.token.user.name;
    const guess = await expectedStarts.ask({ userName, name: '', site, template, choices: writeChoices(choices) });
    return { status: 200, body: describeExpectedStart(guess) };
  },
});
