package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.internal.mapping.Marks;
import io.github.geminilive.tools.internal.mapping.MemberView;
import io.github.geminilive.tools.internal.mapping.MethodView;
import io.github.geminilive.tools.internal.mapping.TypeView;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.MalformedParametersException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A method or constructor read by reflection. */
final class ReflectMethod implements MethodView {

  private final ReflectType viewed;
  private final ReflectType declaring;
  private final Executable executable;
  private final List<ReflectMember> parameters;
  private final List<Class<?>> erasures;
  private final Marks marks;

  /**
   * Reads one.
   *
   * @param viewed the type whose methods were asked for
   * @param declaring the class that declares it, with the type arguments it has there
   */
  ReflectMethod(ReflectType viewed, ReflectType declaring, Executable executable) {
    this.viewed = viewed;
    this.declaring = declaring;
    this.executable = executable;
    this.parameters = readParameters();
    this.erasures = parameters.stream()
        .<Class<?>>map(parameter -> parameter.type().erasure())
        .toList();
    this.marks = ReflectMarks.of(executable);
  }

  private List<ReflectMember> readParameters() {
    Class<?>[] erased = executable.getParameterTypes();
    AnnotatedType[] types = executable.getAnnotatedParameterTypes();
    Annotation[][] annotations = executable.getParameterAnnotations();
    List<@Nullable String> names = parameterNames();
    List<ReflectMember> read = new ArrayList<>();
    for (int i = 0; i < erased.length; i++) {
      // The counts differ for classes that capture variables: their signature leaves those out.
      ReflectType type =
          types.length == erased.length ? declaring.resolve(types[i]) : ReflectType.of(erased[i]);
      Marks marks =
          annotations.length == erased.length ? ReflectMarks.of(annotations[i]) : Marks.NONE;
      read.add(ReflectMember.parameter(names.get(i), type, marks));
    }
    return List.copyOf(read);
  }

  private List<@Nullable String> parameterNames() {
    List<@Nullable String> names = new ArrayList<>();
    if (declaring.erasure().isRecord() && declaring.isCanonical(executable)) {
      declaring.componentNames().forEach(names::add);
      return names;
    }
    try {
      for (Parameter parameter : executable.getParameters()) {
        names.add(parameter.isNamePresent() ? parameter.getName() : null);
      }
    } catch (MalformedParametersException e) {
      // Obfuscators write such names.
      for (int i = 0; i < executable.getParameterCount(); i++) {
        names.add(null);
      }
    }
    return names;
  }

  Executable executable() {
    return executable;
  }

  ReflectType declaring() {
    return declaring;
  }

  /** Whether both have one name and, type variables replaced, the same parameters. */
  boolean hasSignatureOf(ReflectMethod other) {
    return name().equals(other.name()) && erasures.equals(other.erasures);
  }

  boolean isPrivate() {
    return Modifier.isPrivate(executable.getModifiers());
  }

  /** Whether a class can override or hide this method. */
  boolean isVisibleIn(Class<?> subclass) {
    int modifiers = executable.getModifiers();
    if (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)) {
      return true;
    }
    Class<?> owner = executable.getDeclaringClass();
    return !Modifier.isPrivate(modifiers)
        && owner.getPackageName().equals(subclass.getPackageName())
        && owner.getClassLoader() == subclass.getClassLoader();
  }

  @Override
  public String name() {
    return executable instanceof Method
        ? executable.getName()
        : declaring.erasure().getSimpleName();
  }

  @Override
  public String declaredIn() {
    return declaring.name();
  }

  @Override
  public TypeView returns() {
    return executable instanceof Method method
        ? declaring.resolve(method.getAnnotatedReturnType())
        : declaring;
  }

  @Override
  public List<MemberView> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public Marks marks() {
    return marks;
  }

  @Override
  public boolean isPublic() {
    return Modifier.isPublic(executable.getModifiers());
  }

  @Override
  public boolean isInPublicType() {
    return declaring.isPublic();
  }

  @Override
  public boolean isStatic() {
    return Modifier.isStatic(executable.getModifiers());
  }

  @Override
  public boolean isGeneric() {
    return executable.getTypeParameters().length > 0;
  }

  @Override
  public List<MethodView> overridden() {
    return viewed.overriddenBy(this);
  }

  /** Nothing: class files hold no Javadoc. */
  @Override
  public @Nullable String doc() {
    return null;
  }

  /** The parameters' types as a developer would write them. */
  String parameterDisplay() {
    return parameters.stream()
        .map(parameter -> parameter.type().display())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return declaring.display() + "." + name() + "(" + parameterDisplay() + ")";
  }
}
