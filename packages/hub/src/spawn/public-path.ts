/** Where the hub shows a server's progress. */
export function progressPathOf(serverName: string): string {
  return `/hub/servers/${serverName}`;
}

/** The path under which a server is reached in the browser; with a slash at its end. */
export function publicPathOf(server: { readonly userName: string; readonly name: string }): string {
  return `/user/${server.userName}/${server.name}/`;
}
