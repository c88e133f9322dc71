import { openDatabase } from '../../src/db/open-database.js';

// Tries the same move many times and prints how often it succeeded.
const [config = '', id = ''] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(config));
const tries = Array.from({ length: 10 }, () =>
  database.servers.move(id, { from: ['requested'], to: 'submitted', cause: 'accepted', message: 'mine' }),
);
const moved = (await Promise.all(tries)).filter((row) => row !== undefined);
await database.close();
console.log(moved.length);
