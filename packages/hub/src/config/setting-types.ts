import { accountPattern } from '@juhub/connector';
import { TrustedProxies } from '@juhub/proxy';
import { z } from 'zod';
import { listenAddressForms, parseHostAddress, parseListenAddress } from './parse-address.js';

/** What a user may be called: letters that are safe in a path, a file name and a shell word. */
export const userNamePattern = /^[a-z_][a-z0-9_.-]{0,63}$/;

export const siteNameSetting = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'expected a short name of lower-case letters, digits and hyphens');

export const userNameSetting = z
  .string()
  .regex(userNamePattern, 'expected a user name: lower-case letters, digits and _ . -, beginning with a letter');

export const accountSetting = z.string().regex(accountPattern, 'expected the name of a UNIX account');

export const accountRuleSetting = z.string().refine((rule) => accountPattern.test(rule.replaceAll('{user}', 'u')), {
  error: "expected the name of a UNIX account, in which {user} stands for the user's name",
});

/** A path; a relative one counts from the folder of the configuration file. */
export const pathSetting = z
  .string()
  .min(1, 'expected a path')
  .refine((path) => !path.includes('\0'), { error: 'expected a path without a NUL character' });

export const hostSetting = z.string().refine((text) => parseHostAddress(text) !== undefined, {
  error: 'expected HOST or HOST:PORT, such as login.example.org:22',
});

export const listenSetting = z
  .string()
  .refine((text) => parseListenAddress(text) !== undefined, { error: `expected ${listenAddressForms}` });

export const trustedProxySetting = z.string().refine(isTrustedProxy, {
  error: 'expected an address, a network such as 10.0.0.0/8, or unix',
});

export const publicUrlSetting = z.string().refine(isOrigin, {
  error: 'expected the address that browsers use, without a path, such as https://juhub.example.org',
});

export const databaseSetting = z.string().refine((text) => /^(sqlite:.+|postgres(ql)?:\/\/.+)$/.test(text), {
  error: 'expected sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE',
});

function isTrustedProxy(text: string): boolean {
  try {
    return new TrustedProxies([text]) !== undefined;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
}
