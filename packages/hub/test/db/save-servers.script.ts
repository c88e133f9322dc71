import { openDatabase } from '../../src/db/open-database.js';

// Saves one server after the other and prints the id of each once it is saved, until it is killed.
const [config = '', prefix = ''] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(config));
for (let count = 0; ; count++) {
  const id = `${prefix}-${count}`;
  const common = {
    userName: 'alice',
    name: id,
    site: 's',
    account: 'a',
    template: 't',
    templateVersion: '1',
    choices: {},
  };
  await database.servers.insert({ ...common, id, scheduler: 'slurm', createdAt: new Date() });
  await database.servers.move(id, { from: ['requested'], to: 'submitted', cause: 'accepted', message: 'saved' });
  process.stdout.write(`${id}\n`);
}
