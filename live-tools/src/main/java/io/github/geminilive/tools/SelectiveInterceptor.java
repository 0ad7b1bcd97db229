package io.github.geminilive.tools;

import io.github.geminilive.ToolResult;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An interceptor for some tools.
 *
 * @param names of the tools
 * @param interceptor for their calls
 */
record SelectiveInterceptor(Set<String> names, ToolInterceptor interceptor)
    implements ToolInterceptor {

  SelectiveInterceptor {
    names = Set.copyOf(names);
  }

  @Override
  public CompletionStage<ToolResult> intercept(ToolInvocation call, Next next) throws Exception {
    return names.contains(call.name()) ? interceptor.intercept(call, next) : next.proceed(call);
  }
}
