package io.github.geminilive.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;

/** What the weather is like, for the model to call. */
public final class WeatherTools {

  /**
   * The weather at a place.
   *
   * @param city where
   * @param celsius how warm
   * @param sky how it looks
   */
  public record Weather(
      String city, @JsonProperty("temperature_celsius") int celsius, String sky) {}

  /**
   * Looks out of the window.
   *
   * @param city where
   */
  @LiveTool(name = "get_weather", description = "Current weather of a city.")
  public Weather getWeather(@ToolParam(description = "name of the city") String city) {
    return new Weather(city, 22, "sunny");
  }
}
