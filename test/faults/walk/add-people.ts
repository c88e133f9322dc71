import { onLogin } from '../by-hand.js';
import type { World } from '../world.js';

/**
 * Gives more people an account on the cluster: sshd lets the hub in with the key that it has for Alice, and Slurm lets
 * them charge a project.
 */
export async function addPeople(world: World, names: readonly string[], project: string): Promise<void> {
  const key = '/home/alice/.ssh/authorized_keys';
  for (const name of names) {
    await onLogin(world, ['useradd', '--create-home', '--shell', '/bin/bash', '--password', '*', name]);
    await onLogin(world, ['install', '-d', '-m', '700', '-o', name, '-g', name, `/home/${name}`, `/home/${name}/.ssh`]);
    await onLogin(world, ['install', '-m', '644', key, `/home/${name}/.ssh/authorized_keys`]);
    await onLogin(world, ['sacctmgr', '-i', 'add', 'user', name, `Account=${project}`, `DefaultAccount=${project}`]);
  }
}
