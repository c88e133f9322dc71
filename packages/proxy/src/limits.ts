/** How much the world may ask of a proxy at once. */
export interface ProxyLimits {
  /** The head of a request, in bytes. */
  headerBytes: number;
  /**
   * Open connections, of all clients together; on the port for redirects as many again. 0: as many as there are
   * descriptors.
   */
  connections: number;
  /**
   * Open connections of one client address (of IPv6: of one /64), on both ports together; 0: any number. Of clients
   * behind a trusted proxy the requests and WebSockets that are under way are counted instead, by the address that it
   * names.
   */
  connectionsPerClient: number;
}

/** What is not set otherwise. */
export const defaultLimits: ProxyLimits = { headerBytes: 64 * 1024, connections: 0, connectionsPerClient: 0 };
