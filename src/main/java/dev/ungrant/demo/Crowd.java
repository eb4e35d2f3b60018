package dev.ungrant.demo;

import java.util.Random;

/**
 * How large an organization is wanted, to see how pages fare with it.
 *
 * @param members 1 to 1,000,000
 * @param grants live ones; at most as many as every member can have with every app
 * @param apps 1 to 1,000
 * @param events audit events beside those that verbs write
 */
record Crowd(int members, int grants, int apps, int events) {
    private static final String[] GIVEN = {
        "Ada", "Ben", "Cleo", "Dana", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kofi", "Lena", "Mina", "Noor",
        "Omar", "Petra", "Quentin", "Rosa", "Samir", "Tove", "Uma", "Viktor", "Wen", "Ximena", "Yara", "Zoltan", "Aiko",
        "Bjarne", "Chidi", "Dunja"
    };
    private static final String[] FAMILY = {
        "Abe",
        "Bauer",
        "Costa",
        "Diallo",
        "Eriksen",
        "Fontaine",
        "Garcia",
        "Haddad",
        "Ivanova",
        "Jensen",
        "Kaya",
        "Lindt",
        "Mensah",
        "Novak",
        "Okafor",
        "Pereira",
        "Quist",
        "Rahman",
        "Sato",
        "Tanaka",
        "Ueda",
        "Vargas",
        "Weber",
        "Xu",
        "Yilmaz",
        "Zhang",
        "Al-Amin",
        "Brandt",
        "Cheng",
        "Dubois"
    };

    Crowd {
        if (members < 1 || members > 1_000_000 || apps < 1 || apps > 1000 || events < 0 || grants < 0) {
            throw new IllegalArgumentException(
                    "--members is 1 to 1000000, --apps 1 to 1000, --grants and --events are 0 or more.");
        }
        if (grants > (long) members * apps) {
            throw new IllegalArgumentException(
                    "One person lets an app in once: there can be at most " + (long) members * apps + " grants.");
        }
    }

    static String name(int number) {
        int given = number % GIVEN.length;
        int family = number / GIVEN.length % FAMILY.length;
        int round = number / GIVEN.length / FAMILY.length;
        return GIVEN[given] + ' ' + FAMILY[family] + (round == 0 ? "" : " " + (round + 1));
    }

    /** How many of the grants the member of this number has: all have about the same. */
    int grantsOf(int member) {
        return (int) ((long) grants * (member + 1) / members - (long) grants * member / members);
    }

    /** Which apps a member lets in: some are liked more than others, as everywhere. */
    int[] choose(int count, Random random) {
        boolean[] taken = new boolean[apps];
        int[] chosen = new int[count];
        for (int i = 0; i < count; ) {
            // Past the middle most are taken, and guessing would never end.
            int app = i * 2 < apps ? (int) (apps * Math.pow(random.nextDouble(), 2)) : random.nextInt(apps);
            if (!taken[app]) {
                taken[app] = true;
                chosen[i++] = app;
            }
        }
        return chosen;
    }
}
