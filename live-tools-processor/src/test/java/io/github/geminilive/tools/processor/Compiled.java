package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Source texts compiled into a folder, and what the compiler said. */
record Compiled(
    List<Diagnostic<? extends JavaFileObject>> diagnostics, Path folder, List<String> texts) {

  private static final Pattern TYPE = Pattern.compile("(?:class|interface|record|enum) ([\\w$]+)");
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");

  /** Stands right before the place where an error is expected. */
  static final String MARK = "/*!*/";

  /** How to compile: by default all warnings are errors. */
  record Setup(
      Path folder, List<String> classPath, List<String> options, List<Processor> processors) {

    private static final List<String> STRICT = List.of("-Xlint:all,-processing", "-Werror");

    static Setup into(Path folder) {
      List<String> options = new ArrayList<>(STRICT);
      options.add("-parameters");
      String[] classPath =
          System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator));
      return new Setup(folder, List.of(classPath), options, List.of(new ToolProcessor()));
    }

    Setup classPath(Path more) {
      List<String> longer = new ArrayList<>(classPath);
      longer.add(0, more.toString());
      return new Setup(folder, longer, options, processors);
    }

    /** Warnings, that something is missing, are none then. */
    Setup withoutLibrary(String name) {
      List<String> rest = classPath.stream()
          .filter(entry -> !new File(entry).getName().contains(name))
          .toList();
      assertThat(rest).hasSizeLessThan(classPath.size());
      return new Setup(folder, rest, List.of("-parameters"), processors);
    }

    Setup withoutProcessor() {
      return new Setup(folder, classPath, options, List.of());
    }

    Setup withoutParameterNames() {
      return new Setup(folder, classPath, STRICT, processors);
    }

    Setup processors(Processor... other) {
      return new Setup(folder, classPath, options, List.of(other));
    }

    Compiled compile(String... texts) {
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
      List<String> all = new ArrayList<>(List.of(
          "-d", folder.toString(), "-classpath", String.join(File.pathSeparator, classPath)));
      all.addAll(options);
      try (StandardJavaFileManager files =
          compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
        JavaCompiler.CompilationTask task = compiler.getTask(
            null, files, diagnostics, all, null, Stream.of(texts).map(Text::new).toList());
        task.setProcessors(processors);
        task.call();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Compiled(diagnostics.getDiagnostics(), folder, List.of(texts));
    }
  }

  private static final class Text extends SimpleJavaFileObject {

    private final String text;

    Text(String text) {
      super(URI.create("string:///" + nameOf(text).replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static String nameOf(String text) {
    Matcher inPackage = PACKAGE.matcher(text);
    String packageName = inPackage.find() ? inPackage.group(1) + "." : "";
    Matcher type = TYPE.matcher(text.replaceAll("(?s)/\\*.*?\\*/", ""));
    assertThat(type.find()).as("there is a type in " + text).isTrue();
    return packageName + type.group(1);
  }

  /** Without errors or warnings. */
  Compiled succeeded() {
    assertThat(diagnostics.stream().filter(one -> one.getKind() != Diagnostic.Kind.NOTE))
        .isEmpty();
    return this;
  }

  /** Messages of errors, in the order of their places. */
  List<String> errors() {
    return of(Diagnostic.Kind.ERROR).stream()
        .map(one -> one.getMessage(Locale.ROOT))
        .toList();
  }

  List<String> notes() {
    return of(Diagnostic.Kind.NOTE).stream()
        .map(one -> one.getMessage(Locale.ROOT))
        .toList();
  }

  List<Diagnostic<? extends JavaFileObject>> of(Diagnostic.Kind kind) {
    return diagnostics.stream().filter(one -> one.getKind() == kind).toList();
  }

  /** The errors stand exactly where the texts have marks, one at each. */
  Compiled failedAtMarks() {
    List<String> expected = new ArrayList<>();
    for (String text : texts) {
      int mark = -1;
      while ((mark = text.indexOf(MARK, mark + 1)) >= 0) {
        String before = text.substring(0, mark + MARK.length());
        long line = before.lines().count();
        long column = before.length() - before.lastIndexOf('\n');
        expected.add(nameOf(text) + ":" + line + ":" + column);
      }
    }
    assertThat(of(Diagnostic.Kind.ERROR).stream().map(Compiled::place))
        .as(() -> String.join("\n", errors()))
        .containsExactlyInAnyOrderElementsOf(expected);
    return this;
  }

  private static String place(Diagnostic<? extends JavaFileObject> diagnostic) {
    if (diagnostic.getSource() == null) {
      return "nowhere";
    }
    String file = diagnostic.getSource().toUri().getPath();
    return file.substring(1, file.length() - ".java".length()).replace('/', '.') + ":"
        + diagnostic.getLineNumber() + ":" + diagnostic.getColumnNumber();
  }

  /** A file of the folder. */
  String file(String path) {
    try {
      return Files.readString(folder.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was generated: the folder's files but the given texts' own class files. */
  Map<String, String> generated() {
    Map<String, String> generated = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(file -> file.endsWith(".java") || file.endsWith(".json"))
          .forEach(file -> generated.put(file, file(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return generated;
  }

  /** Loads one of the classes. */
  Class<?> load(String name) {
    try {
      return loader().loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  ClassLoader loader() {
    try {
      URL[] urls = {folder.toUri().toURL()};
      return new URLClassLoader(urls, Compiled.class.getClassLoader());
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
