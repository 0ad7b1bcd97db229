package io.github.geminilive.tools.internal.mapping;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Beans in all shapes, to be read as Jackson reads them. */
public final class Beans {

  private Beans() {}

  public static class Fields {
    public int a = 1;
    public String b = "b";
    public final int constant = 2;
    public transient int passing = 3;
    public static int shared = 4;
    int hidden = 5;
    protected int inherited = 6;
  }

  public static class Accessors {
    private int a = 1;
    private boolean open = true;

    public int getA() {
      return a;
    }

    public void setA(int a) {
      this.a = a;
    }

    public boolean isOpen() {
      return open;
    }

    public void setOpen(boolean open) {
      this.open = open;
    }

    public int getComputed() {
      return 7;
    }

    public void setOnlyWritten(String text) {}

    int getHidden() {
      return 8;
    }

    public void getNothing() {}

    public int get() {
      return 9;
    }

    public int getIndexed(int index) {
      return index;
    }

    public void set(int value) {}

    public void setTwo(int one, int two) {}

    public static int getShared() {
      return 10;
    }
  }

  public static class Capitals {
    public String getURL() {
      return "u";
    }

    public void setURL(String url) {}

    public String getXPosition() {
      return "x";
    }

    public void setXPosition(String x) {}

    public String getaway() {
      return "away";
    }

    public void setaway(String away) {}

    public String get_under() {
      return "_";
    }

    public void set_under(String text) {}
  }

  public static class Fluent {
    private int a;

    public int getA() {
      return a;
    }

    public Fluent setA(int a) {
      this.a = a;
      return this;
    }

    public int size() {
      return 3;
    }

    public Boolean isReady() {
      return true;
    }

    public String isText() {
      return "text";
    }
  }

  public static class Renamed {
    @JsonProperty("amount")
    private int amt = 5;

    private int other = 6;

    public int getAmt() {
      return amt;
    }

    public void setAmt(int amt) {
      this.amt = amt;
    }

    @JsonProperty("else")
    public int getOther() {
      return other;
    }

    public void setOther(int other) {
      this.other = other;
    }

    @JsonGetter("got")
    public int fetch() {
      return 7;
    }

    @JsonSetter("got")
    public void store(int value) {}

    @JsonProperty
    public int plain() {
      return 8;
    }
  }

  public static class Merged {
    @JsonProperty("total")
    private int sum = 5;

    public int getTotal() {
      return sum;
    }

    public void setTotal(int total) {
      sum = total;
    }
  }

  public static class Ignoring {
    @JsonIgnore
    public int a = 1;

    private int b = 2;

    public int c = 3;

    @JsonIgnore(false)
    public int d = 4;

    private int e = 5;

    @JsonIgnore
    public int getB() {
      return b;
    }

    public void setB(int b) {
      this.b = b;
    }

    @JsonProperty
    public int getE() {
      return e;
    }

    @JsonIgnore
    public void setE(int e) {
      this.e = e;
    }
  }

  @JsonIgnoreProperties({"a", "secret"})
  public static class IgnoringByName {
    public int a = 1;
    public int b = 2;

    @JsonProperty("secret")
    public int s = 3;
  }

  @JsonIgnoreProperties(value = "a", allowGetters = true)
  public static class GettersOnly {
    public int a = 1;
    public int b = 2;
  }

  @JsonIgnoreProperties(value = "a", allowSetters = true)
  public static class SettersOnly {
    public int a = 1;
    public int b = 2;
  }

  public static class Access {
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public int a = 1;

    @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
    public int b = 2;

    public int c = 3;
  }

  @JsonIgnoreType
  public static class Internal {
    public int x = 1;
  }

  public static class IgnoringTypes {
    public Internal internal = new Internal();
    public int a = 1;
  }

  public static class Creator {
    private final int a;
    private final @Nullable String b;
    public int c = 3;

    @JsonCreator
    public Creator(@JsonProperty("a") int a, @JsonProperty("b") @Nullable String b) {
      this.a = a;
      this.b = b;
    }

    public int getA() {
      return a;
    }

    public @Nullable String getB() {
      return b;
    }
  }

  public static class ImpliedCreator {
    private final int a;

    public ImpliedCreator() {
      this(0);
    }

    public ImpliedCreator(@JsonProperty("a") int a) {
      this.a = a;
    }

    public int getA() {
      return a;
    }
  }

  public static class Parent<T> {
    public @Nullable T value;
    private int shadowed = 1;

    public int getShadowed() {
      return shadowed;
    }

    @JsonProperty("shade")
    public void setShadowed(int shadowed) {
      this.shadowed = shadowed;
    }
  }

  public static class Child extends Parent<String> {
    public List<String> more = List.of();

    @Override
    public void setShadowed(int shadowed) {
      super.setShadowed(shadowed);
    }
  }

  public interface Described {
    @JsonProperty("text")
    String getDescription();

    default int getRank() {
      return 1;
    }
  }

  public static class Describing implements Described {
    private String description = "d";

    @Override
    public String getDescription() {
      return description;
    }

    public void setDescription(String description) {
      this.description = description;
    }
  }

  @JsonPropertyOrder({"zulu", "b", "gone"})
  public static class Ordered {
    public int a = 1;

    @JsonProperty("z")
    public int zulu = 2;

    public int c = 3;
    public int b = 4;
  }

  public static class Overloaded {
    private int a;

    public int getA() {
      return a;
    }

    public void setA(int a) {
      this.a = a;
    }

    public void setA(String a) {}

    public void setB(String text) {}

    @JsonProperty
    public void setB(List<String> texts) {}
  }
}
