import { openDatabase } from '../../src/db/open-database.js';

// Opens a new database and closes it again.
const [config = ''] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(config));
await database.close();
console.log('opened');
