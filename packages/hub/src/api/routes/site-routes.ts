import { z } from 'zod';
import { sayWhy } from '../../say-why.js';
import { listOfferedTemplates } from '../../sites/offered-templates.js';
import { type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import { type AskedEntitlements, describeSite, describeSiteDetail } from '../describe/describe-site.js';
import { describeTemplate } from '../describe/describe-template.js';
import { siteDetailShape, siteShape } from '../shapes/site-shape.js';
import { type TemplateBody, templateShape } from '../shapes/template-shape.js';
import { findSite } from './find-site.js';

/** What one can start, and where. */
export const siteRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/sites',
    id: 'listSites',
    summary: 'The sites.',
    access: 'read:sites',
    answers: { 200: { description: 'All sites.', schema: z.array(siteShape) } },
    handle: async ({ token }, { sites }) => {
      return { status: 200, body: [...sites.values()].map((site) => describeSite(site, token.user.name)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/sites/{site}',
    id: 'getSite',
    summary: 'What a site offers now: node types with what is free, and what one may charge.',
    access: 'read:sites',
    answers: {
      200: { description: 'As the site last said it; how old that is stands beside it.', schema: siteDetailShape },
    },
    errors: [404],
    handle: async (call, services) => {
      const site = findSite(call, services);
      const userName = call.token.user.name;
      const [catalogue, entitlements] = await Promise.all([
        services.catalogues.get(site.name, site.accountOf(userName)),
        askEntitlements(services, site.name, userName),
      ]);
      return {
        status: 200,
        body: describeSiteDetail(site, userName, { catalogue, entitlements, now: new Date() }),
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/templates',
    id: 'listTemplates',
    summary: 'The job templates that one may start, and the fields of their forms.',
    access: 'read:sites',
    answers: { 200: { description: 'All templates that can be used now.', schema: z.array(templateShape) } },
    handle: async ({ token }, services) => {
      return { status: 200, body: await listTemplates(services, token.user.name) };
    },
  }),
];

/** Where a template is for some groups, its sites are those where the person is a member. */
async function listTemplates(services: ApiServices, userName: string): Promise<TemplateBody[]> {
  const templates = services.templates();
  const offers = [...services.sites.keys()].map(async (name) => ({
    name,
    templates: await listOfferedTemplates(templates, name, async () => {
      return (await askEntitlements(services, name, userName)).known;
    }),
  }));
  const offered = await Promise.all(offers);
  return [...templates.values()].flatMap((template) => {
    const sites = offered.filter((one) => one.templates.includes(template)).map(({ name }) => name);
    const body = describeTemplate(template);
    return template.groups === undefined ? [body] : sites.length === 0 ? [] : [{ ...body, sites }];
  });
}

async function askEntitlements(
  { catalogues, log }: ApiServices,
  site: string,
  userName: string,
): Promise<AskedEntitlements> {
  try {
    return { known: await catalogues.entitlements(site, userName) };
  } catch (error) {
    log.warn({ site, user: userName, why: sayWhy(error) }, 'cannot ask what a person may charge');
    return { problem: sayWhy(error) };
  }
}
