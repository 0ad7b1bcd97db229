package io.github.geminilive.tools.internal.reflect.elsewhere;

/** Public, with a method it inherits from a class that is not. */
public class Visible extends Covert {}
