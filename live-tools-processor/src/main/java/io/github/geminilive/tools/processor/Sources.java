package io.github.geminilive.tools.processor;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * The compiler's view for one class with tools. Javadoc is visible inside its own file only: the
 * compiler cannot see that of other classes once they are class files, and what is generated must
 * not depend on whether they are.
 */
final class Sources {

  /** Whether this compiler reads type-use annotations of class files. */
  static final boolean SEES_TYPE_MARKS_OF_CLASS_FILES = Runtime.version().feature() >= 22;

  /** Null before JDK 23. */
  private static final @Nullable Method KIND_OF_COMMENT = kindOfComment();

  private final Elements elements;
  private final Types types;
  private final TypeElement tools;
  private final boolean docs;
  private boolean unresolved;

  /**
   * For one class.
   *
   * @param tools the class
   * @param docs whether its Javadoc counts
   */
  Sources(Elements elements, Types types, TypeElement tools, boolean docs) {
    this.elements = elements;
    this.types = types;
    this.tools = tools;
    this.docs = docs;
  }

  Elements elements() {
    return elements;
  }

  Types types() {
    return types;
  }

  /** The class with tools. */
  TypeElement tools() {
    return tools;
  }

  /** Whether it stands in the same file, as far as one can tell: inside the same outermost class. */
  boolean isOwn(Element element) {
    return outermost(element).equals(outermost(tools));
  }

  /**
   * Whether annotations of the types in a class's signatures count. A JDK before 22 loses those of
   * class files, so there they count in the file at hand only.
   */
  boolean seesTypeMarks(TypeElement declaring) {
    return SEES_TYPE_MARKS_OF_CLASS_FILES || isOwn(declaring);
  }

  /** {@code java.lang.Object}. */
  TypeElement object() {
    return requireNonNull(elements.getTypeElement("java.lang.Object"));
  }

  /** The documentation comment; null if there is none or it must not count. */
  @Nullable
  String comment(Element element) {
    if (!docs || !isOwn(element)) {
      return null;
    }
    String comment = elements.getDocComment(element);
    return comment != null && isMarkdown(element) ? Javadoc.ofMarkdown(comment) : comment;
  }

  /** Whether the comment's lines begin with {@code ///}, as JDK 23 and later allow. */
  private boolean isMarkdown(Element element) {
    if (KIND_OF_COMMENT == null) {
      return false;
    }
    try {
      return String.valueOf(KIND_OF_COMMENT.invoke(elements, element)).equals("END_OF_LINE");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the compiler does not tell how a comment is written", e);
    }
  }

  private static @Nullable Method kindOfComment() {
    try {
      return Elements.class.getMethod("getDocCommentKind", Element.class);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** The first sentence of the documentation comment. */
  @Nullable
  String summary(Element element) {
    String comment = comment(element);
    return comment == null ? null : Javadoc.summary(comment);
  }

  /** What the comment says of a parameter or component. */
  @Nullable
  String param(Element documented, String name) {
    String comment = comment(documented);
    return comment == null ? null : Javadoc.param(comment, name);
  }

  /** Notes that a type is not there, perhaps because another processor has yet to make it. */
  void foundUnresolved() {
    unresolved = true;
  }

  /** Whether a type that was looked at is not there. */
  boolean isUnresolved() {
    return unresolved;
  }

  static Element outermost(Element element) {
    Element outermost = element;
    while (true) {
      Element around = outermost.getEnclosingElement();
      if (around == null || around.getKind() == ElementKind.PACKAGE) {
        return outermost;
      }
      outermost = around;
    }
  }
}
