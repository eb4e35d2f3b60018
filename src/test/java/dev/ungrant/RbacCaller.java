package dev.ungrant;

/** Everybody who asks for every route. What a route names belongs to {@link #MEMBER}, or to their organization. */
enum RbacCaller {
    /** Without any key. */
    ANONYMOUS,
    /** Ben, whom the route is about; at routes for users, Uma. */
    MEMBER,
    /** Cleo of the same organization; at routes for users, Una. */
    OTHER_MEMBER,
    /** Rita, whose custom role of the organization lets her look and nothing else. */
    READER,
    /** Ada, administrator of the organization. */
    ADMIN,
    /** Gil, administrator of another organization of the same project. */
    FOREIGN_ADMIN,
    /** The project's secret, without anybody's session. */
    PROJECT,
    /** Another project's secret; at pages and the browser SDK, an administrator there. */
    OTHER_PROJECT
}
