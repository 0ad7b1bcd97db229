package io.github.geminilive;

/** Stands in for the library's class of this name, which the testkit reaches by reflection. */
public final class LiveConfig {

  private LiveConfig() {}

  public static Builder builder(String model) {
    return new Builder(model);
  }

  /** As far as the testkit uses it. */
  public static final class Builder {
    public final String model;
    public Endpoint endpoint = Endpoint.custom(java.net.URI.create("ws://unset"));
    public String key = "";

    private Builder(String model) {
      this.model = model;
    }

    public Builder endpoint(Endpoint endpoint) {
      this.endpoint = endpoint;
      return this;
    }

    public Builder apiKey(String key) {
      this.key = key;
      return this;
    }
  }
}
