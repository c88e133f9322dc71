import type { Config, SiteConfig } from '../config/config.js';

/** A site of the configuration; where there is only one, it need not be named. @throws an Error that lists those that there are */
export function findSite({ sites }: Pick<Config, 'sites'>, name: string | undefined): SiteConfig {
  const site = name === undefined && sites.length === 1 ? sites[0] : sites.find((one) => one.name === name);
  if (site === undefined) {
    const known = `There is: ${sites.map((one) => one.name).join(', ')}.`;
    throw new Error(
      name === undefined ? `Name a site with --site. ${known}` : `There is no site called ${name}. ${known}`,
    );
  }
  return site;
}
