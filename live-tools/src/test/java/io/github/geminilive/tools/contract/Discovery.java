package io.github.geminilive.tools.contract;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTool.Behavior;
import io.github.geminilive.tools.LiveTool.Scheduling;
import io.github.geminilive.tools.ToolParam;
import java.time.LocalDate;

/** Classes whose tools are found in the many ways there are. */
public final class Discovery {

  private Discovery() {}

  /** Tools not in the order of their names. */
  public static final class Ordered {

    @LiveTool(description = "Third.")
    public String zeta() {
      return "zeta";
    }

    @LiveTool(name = "Beta", description = "First: capitals come before.")
    public String second() {
      return "Beta";
    }

    @LiveTool(description = "Second.")
    public String alpha() {
      return "alpha";
    }

    public String noTool() {
      return "no tool";
    }
  }

  /** Names at the edge of what is possible. */
  public static final class Names {

    @LiveTool(name = "home.lights-on_2", description = "All that may stand in a name.")
    public String rich(@ToolParam(name = "_Room_1") String room) {
      return room;
    }

    @LiveTool(
        name = "n234567890123456789012345678901234567890123456789012345678901234",
        description = "64 characters.")
    public String longest(
        @ToolParam(name = "p234567890123456789012345678901234567890123456789012345678901234")
            String value) {
      return value;
    }

    @LiveTool(name = "_", description = "The shortest.")
    public String shortest() {
      return "_";
    }

    @LiveTool(description = "Its own name.")
    public String camelCase_and_more(String someValue) {
      return someValue;
    }
  }

  /** How calls are made. */
  public static final class Behaviors {

    @LiveTool(description = "a", behavior = Behavior.BLOCKING)
    public void blocking() {}

    @LiveTool(description = "b")
    public void byModel() {}

    @LiveTool(
        description = "c",
        behavior = Behavior.NON_BLOCKING,
        scheduling = Scheduling.INTERRUPT)
    public String nonBlocking() {
      return "done";
    }

    @LiveTool(description = "d", silent = true)
    public String silent() {
      return "done";
    }
  }

  /** A superclass with tools. */
  public static class Lamp {

    @LiveTool(description = "Switches the lamp.")
    public String toggle(@ToolParam(description = "Whether it shall burn.") boolean on) {
      return "lamp " + on;
    }

    @LiveTool(description = "Its colour.")
    public String color() {
      return "white";
    }
  }

  /** Overrides one tool without saying so again, and inherits the other. */
  public static class HallLamp extends Lamp {

    @Override
    public String toggle(boolean on) {
      return "hall lamp " + on;
    }
  }

  /** Overrides with words of its own. */
  public static final class DeskLamp extends Lamp {

    @Override
    @LiveTool(name = "toggle_desk", description = "Switches the lamp on the desk.")
    public String toggle(boolean on) {
      return "desk lamp " + on;
    }
  }

  /** As frameworks make them: overrides everything, annotates nothing, names no parameter. */
  public static final class LampProxy extends Lamp {

    private final Lamp real;

    /** Stands for another one. */
    public LampProxy(Lamp real) {
      this.real = real;
    }

    @Override
    public String toggle(boolean arg0) {
      return "proxied " + real.toggle(arg0);
    }

    @Override
    public String color() {
      return "proxied " + real.color();
    }
  }

  /** An interface with a tool that has a body, and one that has none. */
  public interface Greeter {

    @LiveTool(description = "Greets.")
    default String greet(@ToolParam(name = "who", description = "Whom.") String who) {
      return "Hello " + who;
    }

    @LiveTool(description = "Takes leave.")
    String leave(@ToolParam(name = "who") String who);
  }

  /** Has the annotations from the interface only. */
  public static final class Host implements Greeter {

    @Override
    public String leave(String who) {
      return "Goodbye " + who;
    }
  }

  /** A generic interface: implementing it makes bridge methods. */
  public interface Source<K, V> {

    @LiveTool(description = "Fetches.")
    V fetch(K key);
  }

  /** Its tool has a bridge, and types of its own. */
  public static final class Store implements Source<LocalDate, Integer> {

    @Override
    public Integer fetch(LocalDate key) {
      return key.getYear();
    }
  }

  /** A generic superclass. */
  public abstract static class Keeper<T> {

    @LiveTool(description = "Keeps.")
    public String keep(T value, T[] others) {
      return value + " and " + others.length;
    }
  }

  /** Says what it keeps. */
  public static final class NumberKeeper extends Keeper<Long> {}

  /** A tool that narrows what it returns. */
  public static class Maker {

    @LiveTool(description = "Makes.")
    public Object make() {
      return "object";
    }
  }

  /** Its narrower method has a bridge. */
  public static final class TextMaker extends Maker {

    @Override
    public String make() {
      return "text";
    }
  }

  /** Static and other tools. */
  public static final class Clock {

    @LiveTool(description = "The zone.")
    public static String zone() {
      return "UTC";
    }

    @LiveTool(description = "The hour.")
    public int hour() {
      return 12;
    }
  }

  /** Nested deeper. */
  public static final class Outer {

    /** With a tool. */
    public static final class Inner {

      @LiveTool(description = "Deep.")
      public String deep() {
        return "deep";
      }
    }
  }
}
