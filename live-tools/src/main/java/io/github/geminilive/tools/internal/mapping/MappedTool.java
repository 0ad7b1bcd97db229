package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.model.ToolModel;

/**
 * A tool and the method it was made of.
 *
 * @param model the tool
 * @param method the method of the class itself, which may override the one that is called
 */
public record MappedTool(ToolModel model, MethodView method) {}
