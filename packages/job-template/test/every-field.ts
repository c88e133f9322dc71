import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JobTemplate, parseTemplate, TEMPLATE_SUFFIX } from '../src/index.js';

const SHIPPED = fileURLToPath(new URL('../../../slurm-templates/', import.meta.url));

/** The choices of EVERY_FIELD's `flavour`: what an admin writes there is arbitrary text too. */
export const FLAVOURS = ['plain', 'it\'s $(id) `id` \\ "#"', '--wrap=id', '#SBATCH --wrap=id', '日本 {{x}}'];

/** A template with a field of each type, its values in every kind of place where a template may write one. */
export const EVERY_FIELD = parseTemplate(
  `---
title: Every field
fields:
  partition: { type: partition, label: Node type }
  account: { type: account, label: Project }
  qos: { type: qos, label: QOS, required: false }
  reservation: { type: reservation, label: Reservation, required: false }
  nodes: { type: integer, label: Nodes }
  count: { type: integer, label: Count, required: false }
  minutes: { type: duration, label: Minutes }
  pause: { type: duration, label: Pause, required: false }
  flavour: { type: choice, label: Flavour, choices: ${JSON.stringify(FLAVOURS)} }
  mode: { type: choice, label: Mode, choices: [slow, quick], required: false }
  fast: { type: boolean, label: Fast }
  comment: { type: text, label: Comment, required: false }
  remark: { type: text, label: Remark, max: 5000 }
---
#!/bin/bash
#SBATCH --job-name={{sbatch job.name}}
#SBATCH --output={{sbatch server.dir}}/log --partition={{sbatch choices.partition}}
#SBATCH --account={{sbatch choices.account}}
{{#if choices.qos}}
#SBATCH --qos={{sbatch choices.qos}}
{{/if}}
{{#if choices.reservation}}
#SBATCH --reservation={{sbatch choices.reservation}}
{{/if}}
#SBATCH --nodes={{sbatch choices.nodes}} --time={{choices.minutes}}
{{#if choices.comment}}
#SBATCH --comment={{sbatch choices.comment}}
{{/if}}
# of {{user.name}} on {{site.name}}: {{choices.remark}}
JUHUB_REMARK={{choices.remark}}
readonly JUHUB_NODES={{choices.nodes}} JUHUB_FLAVOUR=x{{choices.flavour}}y
note {{user.name}} {{server.name}} "at "{{site.name}}. {{choices.flavour}}{{choices.remark}}
words=({{choices.partition}} a{{choices.account}}b {{choices.remark}})
note "\${words[@]}" "$(printf '%s\\n' {{choices.remark}} | tail_of "$JUHUB_REMARK")"
{{#if choices.qos}}note {{choices.qos}}; {{/if}}{{#if choices.reservation}}note {{choices.reservation}}; {{/if}}
if {{choices.fast}} && [[ {{choices.remark}} == "$JUHUB_REMARK" ]]; then fast $(({{choices.nodes}} * 0)); else slow; fi
{{#if (eq choices.mode "quick")}}
quick "{{choices.nodes}}" $(({{choices.minutes}} * 0))
{{else if choices.mode}}
not_quick {{choices.mode}}
{{/if}}
{{#if choices.count}}count {{choices.count}}{{#if choices.pause}} {{choices.pause}}{{/if}}
{{/if}}
note <<'END' --remark={{choices.remark}}
it's "all" $(the same)
END
case {{choices.flavour}} in
  never) note as never ;;
  *) note {{choices.flavour}} >&2 ;;
esac
{{#unless choices.comment}}
silent
{{/unless}}
last {{choices.remark}}
`,
  { file: 'every-field.sbatch.hbs' },
);

/** The templates that juhub comes with, also those in `more/`; without their parts, which hold no values. */
export function loadShipped(): JobTemplate[] {
  return ['', 'more/'].flatMap((folder) =>
    readdirSync(SHIPPED + folder)
      .filter((name) => name.endsWith(TEMPLATE_SUFFIX))
      .map((name) => loadWithoutParts(folder + basename(name, TEMPLATE_SUFFIX))),
  );
}

/** One of them (`jupyterlab`, `more/notebook`), with a comment in the place of each part. */
export function loadWithoutParts(name: string): JobTemplate {
  const file = join(SHIPPED, `${name}${TEMPLATE_SUFFIX}`);
  const parts = readdirSync(join(SHIPPED, 'parts')).map((part) => basename(part, '.sh'));
  const partials = new Map(parts.map((part) => [part, { text: `# … ${part}.sh …\n`, file: `${part}.sh` }]));
  return parseTemplate(readFileSync(file, 'utf8'), { file, partials });
}
