package dev.ungrant.fetching;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks names up. The node's own resolver, unless a test has something to say about a name. */
@FunctionalInterface
interface Names {
    InetAddress[] resolve(String host) throws UnknownHostException;
}
