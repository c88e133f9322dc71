import { sayIn } from '../../messages/say.js';
import { type CheckedNotice, checkNotice } from '../../notices/check-notice.js';
import { RequestRefused } from '../../spawn/steps/check-request.js';
import { WebError } from '../../web/web-error.js';
import { type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import { describeNotice } from '../describe/describe-notice.js';
import { type NewNoticeBody, newNoticeShape, noticeShape, noticesShape } from '../shapes/notice-shape.js';

/** Announcements, and the maintenances of sites. */
export const noticeRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/admin/notices',
    id: 'listNotices',
    summary: 'Announcements and maintenances.',
    access: 'admin',
    answers: {
      200: { description: 'Those that are shown or will be, and the last ones that are over.', schema: noticesShape },
    },
    handle: async (_call, { notices }) => {
      const { open, over } = await notices.listAll();
      return { status: 200, body: { open: open.map(describeNotice), over: over.map(describeNotice) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/admin/notices',
    id: 'makeNotice',
    summary: 'Announces something, or closes a site for a maintenance.',
    access: 'admin',
    body: newNoticeShape,
    answers: {
      201: {
        description: 'The notice. A maintenance takes the place of the one that its site had.',
        schema: noticeShape,
      },
    },
    errors: [422],
    handle: async ({ body, token }, services) => {
      const notice = await services.notices.make(checkBody(body, services), token.user.name);
      return { status: 201, body: describeNotice(notice) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/admin/notices/{notice}',
    id: 'endNotice',
    summary: 'Ends an announcement or a maintenance before its time.',
    access: 'admin',
    answers: { 204: { description: 'It is over.' } },
    errors: [404],
    handle: async ({ parameters, token }, { notices }) => {
      if (!(await notices.end(parameters.notice, token.user.name))) {
        throw new WebError(404, 'not-found', sayIn.en('adminNotices.none'));
      }
      return { status: 204 };
    },
  }),
];

/** @throws RequestRefused */
function checkBody({ site, from, until, ...body }: NewNoticeBody, { sites }: ApiServices): CheckedNotice {
  const input = { ...body, site: site ?? '', from: from ?? '', until: until ?? '' };
  const checked = checkNotice(input, sites, new Date());
  if ('problems' in checked) {
    const problems = checked.problems.map(({ field, code }) => {
      return { field, code, values: {}, message: sayIn.en(`adminNotices.problem.${code}`) };
    });
    throw new RequestRefused(problems);
  }
  return checked.notice;
}
