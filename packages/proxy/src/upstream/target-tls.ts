import type { SecureContextOptions } from 'node:tls';

/** How the proxy shows itself to targets of https, and whose certificates it believes. */
export type TargetTls = SecureContextOptions & { rejectUnauthorized?: boolean };
