import { InvalidArgumentError, Option } from 'commander';

/** The option by which the fields of a template's form are filled in. */
export function setOption(): Option {
  return new Option('-s, --set <field=value...>', 'what is chosen in the form')
    .argParser(addSetting)
    .default({}, 'none');
}

/** A value may hold `=`; a field's name never does. */
function addSetting(given: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, field, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (field === undefined || value === undefined) {
    throw new InvalidArgumentError('Write field=value.');
  }
  if (Object.hasOwn(before, field)) {
    throw new InvalidArgumentError(`${field} is set twice.`);
  }
  return Object.fromEntries([...Object.entries(before), [field, value]]);
}
