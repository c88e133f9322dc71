import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PART_NAMES } from '../../src/part-name.js';

const UNITS = new URL('../../../../deploy/systemd', import.meta.url).pathname;
const read = (name: string) => readFileSync(join(UNITS, name), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('The units in deploy/systemd', () => {
  it('start each part alone, wait until it says that it is ready, and watch it', () => {
    for (const part of PART_NAMES) {
      expect(read(`juhub-${part}.service`)).toContain(`ExecStart=/usr/local/bin/juhub ${part} --config `);
    }
    const shared = read('juhub-.service.d/common.conf').split('\n');
    // systemd-notify is a process of its own: with another access systemd would hear nothing, and end every start.
    expect(shared).toEqual(
      expect.arrayContaining(['Type=notify', 'NotifyAccess=all', 'WatchdogSec=60', 'Restart=always']),
    );
  });

  it.skipIf(!hasSystemd).each(PART_NAMES)('are ones that systemd takes without a word: %s', (part) => {
    const folder = mkdtempSync(join(tmpdir(), 'juhub-units-'));
    try {
      cpSync(UNITS, folder, { recursive: true });
      for (const name of PART_NAMES.map((each) => `juhub-${each}.service`)) {
        // There is no /usr/local/bin/juhub where this test runs.
        writeFileSync(join(folder, name), read(name).replace('/usr/local/bin/juhub', '/bin/true'));
      }
      const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` };
      const unit = join(folder, `juhub-${part}.service`);
      expect(spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', env })).toMatchObject({
        status: 0,
        stderr: '',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
