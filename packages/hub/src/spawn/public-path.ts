/** The path under which a server is reached in the browser; with a slash at its end. */
export function publicPathOf(server: { readonly userName: string; readonly name: string }): string {
  return `/user/${server.userName}/${server.name}/`;
}
