import type { ChoiceLimits, JobTemplate } from '@juhub/job-template';
import { LOGIN_NODE } from '../../sites/node-type.js';

/** Limits of a cluster that has whatever is asked for: only the template's own limits are left. */
export function takeAtItsWord(
  template: JobTemplate,
  choices: Readonly<Record<string, string | undefined>>,
): ChoiceLimits {
  const wanted = (type: string): string[] => {
    const field = template.fields.find((one) => one.type === type);
    const name = field && ((Object.hasOwn(choices, type) && choices[type]) || field.default);
    return typeof name === 'string' ? [name] : [];
  };
  return {
    partitions: wanted('partition').map((name) => ({
      name,
      kind: name === LOGIN_NODE ? ('login' as const) : ('partition' as const),
      minNodes: 1,
      maxNodes: Number.POSITIVE_INFINITY,
      gpusPerNode: Number.POSITIVE_INFINITY,
    })),
    accounts: wanted('account'),
    qos: wanted('qos').map((name) => ({ name })),
    reservations: wanted('reservation'),
  };
}
