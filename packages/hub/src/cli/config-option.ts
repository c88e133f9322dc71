import { Option } from 'commander';

/** The option that every command has which needs the settings. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').env('JUHUB_CONFIG').default('juhub.yaml');
}
