package dev.ungrant.web;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a route of the browser SDK that a project can switch off: members' actions and changes of organizations (contract
 * §5.7). {@code sessions.Gate} looks at it; SdkDoorTest holds the list.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface MemberAction {}
