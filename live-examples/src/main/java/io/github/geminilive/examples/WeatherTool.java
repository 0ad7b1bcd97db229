package io.github.geminilive.examples;

import io.github.geminilive.ToolException;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Schema;
import java.util.Map;

/** A function the model can call, declared by hand. */
final class WeatherTool {

  private WeatherTool() {}

  /** The declaration and the code behind it. */
  static ToolSet create() {
    FunctionDeclaration declaration = FunctionDeclaration.builder(
            "get_weather", "Current weather of a city.")
        .parameters(Schema.object(Map.of("city", Schema.string()), "city"))
        .build();
    return ToolSet.of(declaration, (args, context) -> {
      Object city = args.asObject().get("city");
      if (city == null) {
        throw new ToolException("Say which city.");
      }
      return Map.of("city", city, "temperature_celsius", 22, "sky", "sunny");
    });
  }
}
