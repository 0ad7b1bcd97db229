package io.github.geminilive.tools.internal.reflect;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.Callable;
import net.bytebuddy.implementation.bind.annotation.SuperCall;

/** Classes with tools, and what such may need. */
public final class Fixtures {

  private Fixtures() {}

  /** Tools of every kind. */
  public static class Home {

    @LiveTool(description = "Switches the light.")
    public String light(@ToolParam(description = "Where.") List<String> rooms) {
      return "light in " + rooms;
    }

    @LiveTool(description = "Locks the door.")
    public String door() {
      return "locked";
    }

    @LiveTool(description = "Tells the zone.")
    public static String zone() {
      return "UTC";
    }
  }

  /** Overrides without saying anything again. */
  public static class Cottage extends Home {
    @Override
    public String light(List<String> places) {
      return "candle in " + places;
    }
  }

  /** What a generated subclass calls. */
  public static class Advice {

    /** Around each call. */
    public static String around(@SuperCall Callable<String> call) throws Exception {
      return "advised: " + call.call();
    }
  }

  /** A tool without a body. */
  public interface Weather {

    @LiveTool(description = "Tells the weather.")
    String at(List<String> places);

    @LiveTool(description = "Tells of the source.")
    default String source() {
      return "a guess";
    }
  }

  /** Implements it. */
  public static class Station implements Weather {
    @Override
    public String at(List<String> places) {
      return "rain at " + places;
    }
  }

  /** Generic; what it holds is known in a subclass. */
  public abstract static class Keeper<T> {

    @LiveTool(description = "Keeps.")
    public String keep(T value, List<T> others) {
      return value + " and " + others;
    }
  }

  /** Says what it keeps. */
  public static class NumberKeeper extends Keeper<Long> {}

  /** Has a tool of its own, which nothing was generated for. */
  public static class MoreThanGlued extends Glued {

    @LiveTool(description = "More.")
    public void more() {}
  }

  /** Values. */
  public record Other(String text) {}

  /** Values. */
  public record Arguments(String text, int number) {}

  /** A class that a test hides. */
  public static class Gone {}

  /** Refers to it. */
  public static class Needy {

    @LiveTool(description = "Needs a class that is missing.")
    public void take(Gone gone) {}
  }

  /** Values. */
  public record NeedyArguments(Gone gone) {}

  /** Is missing. */
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Marker {}

  /** Has an annotation that is missing. */
  public static class Marked {

    @Marker
    @LiveTool(description = "Works.")
    public void works(@Marker @ToolParam(minLength = 2) String text) {}
  }

  /** An enum that cannot be initialized. */
  public enum Failing {
    ONE;

    static {
      if (ONE.ordinal() == 0) {
        throw new IllegalStateException("no start");
      }
    }
  }

  /** Takes it. */
  public static class TakesFailing {

    @LiveTool(description = "Takes.")
    public void take(Failing value) {}
  }

  /** Tools with a result of their own. */
  public static class Tools {

    /** Gives and takes it. */
    @LiveTool(description = "Echoes.")
    public Echo echo(Echo echo) {
      return echo;
    }
  }

  /** Values. */
  public record Echo(String text, Loudness loudness) {}

  /** A value. */
  public enum Loudness {
    LOW
  }
}
