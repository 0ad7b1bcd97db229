package io.github.geminilive.tools;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter of a {@link LiveTool} as the application's own: it gets what was attached to
 * the session with {@link io.github.geminilive.LiveSession#attach}, found by the parameter's type.
 * The model never sees it. When nothing of that type is attached, an {@code Optional} is empty, a
 * {@code @Nullable} parameter null; any other call fails, told to the application.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Attached {}
