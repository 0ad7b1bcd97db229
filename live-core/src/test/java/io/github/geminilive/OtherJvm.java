package io.github.geminilive;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of these tests in a JVM of their own. */
final class OtherJvm {

  private OtherJvm() {}

  /** The program that starts a JVM like this one. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** All that these tests see. They may run on the module path; the program need not. */
  static String classPath() throws URISyntaxException {
    Path tests = Path.of(OtherJvm.class.getResource("/dial/localhost.p12").toURI())
        .getParent()
        .getParent();
    return Stream.of(
            tests.toString(),
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path", ""))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
