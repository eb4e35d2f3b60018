package dev.ungrant.fetching;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses belong to the public Internet (IANA's special-purpose registries, RFC 6890). What may be asked is listed
 * for IPv6 and what may not for IPv4, as far as each has a shape.
 */
final class PublicAddress {
    private static final List<Block> SPECIAL = List.of(
            new Block("this network", 0, 0, 0, 0, 8),
            new Block("private", 10, 0, 0, 0, 8),
            new Block("shared by a provider's customers", 100, 64, 0, 0, 10),
            new Block("loopback", 127, 0, 0, 0, 8),
            new Block("link-local, where clouds keep their metadata", 169, 254, 0, 0, 16),
            new Block("private", 172, 16, 0, 0, 12),
            new Block("protocol assignments", 192, 0, 0, 0, 24),
            new Block("documentation", 192, 0, 2, 0, 24),
            new Block("6to4 relays", 192, 88, 99, 0, 24),
            new Block("private", 192, 168, 0, 0, 16),
            new Block("benchmarks", 198, 18, 0, 0, 15),
            new Block("documentation", 198, 51, 100, 0, 24),
            new Block("documentation", 203, 0, 113, 0, 24),
            new Block("multicast, reserved and broadcast", 224, 0, 0, 0, 3),
            // Public by its number, but the inside of a cloud: the wire server of Azure.
            new Block("metadata of a cloud", 168, 63, 129, 16, 32));

    private record Block(String name, int bits, int length) {
        Block(String name, int a, int b, int c, int d, int length) {
            this(name, a << 24 | b << 16 | c << 8 | d, length);
        }

        boolean contains(int address) {
            return (address ^ bits) >>> (32 - length) == 0;
        }
    }

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int address = number(bytes, 0, 4);
        return SPECIAL.stream().noneMatch(block -> block.contains(address));
    }

    /**
     * Only 2000::/3 is handed out. That leaves out loopback, unique local, link-local and multicast addresses, IPv4 in IPv6
     * clothes (::ffff:0:0/96, ::/96) and NAT64 (64:ff9b::/96, 64:ff9b:1::/48). Within it there are tunnels that lead to an
     * IPv4 address (2001::/32 Teredo, 2002::/16 6to4), other protocol assignments (2001::/23) and documentation.
     */
    private static boolean isPublic6(byte[] bytes) {
        int first = number(bytes, 0, 2);
        int second = number(bytes, 2, 2);
        boolean global = first >>> 13 == 1;
        boolean assignments = first == 0x2001 && second < 0x200;
        boolean documentation = first == 0x2001 && second == 0xdb8 || first == 0x3fff && second < 0x1000;
        return global && !assignments && !documentation && first != 0x2002;
    }

    private static int number(byte[] bytes, int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }
}
