package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.ToolProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the mapper is, for what it finds there.
 *
 * @param findings takes what is found
 * @param type name of the class, as {@link ToolProblem#type}
 * @param method name of the method, as {@link ToolProblem#method}
 * @param path as {@link ToolProblem#parameter}
 * @param at the view it is about
 */
record Site(
    List<Finding> findings,
    String type,
    @Nullable String method,
    @Nullable String path,
    Object at) {

  /** An argument, or a property of what is here. */
  Site member(String name, Object member) {
    return new Site(findings, type, method, path == null ? name : path + "." + name, member);
  }

  /** What is inside of what is here: {@code []} for elements. */
  Site inside(String suffix) {
    return new Site(findings, type, method, path == null ? suffix : path + suffix, at);
  }

  void problem(String reason, String fix) {
    findings.add(new Finding(new ToolProblem(type, method, path, reason, fix), at));
  }

  void notPublic(TypeView hidden) {
    problem(
        hidden.simpleName() + " is not public, or a class around it is not.", "Make it public.");
  }

  void problem(InaccessibleException inaccessible) {
    problem(String.valueOf(inaccessible.getMessage()), inaccessible.fix());
  }
}
