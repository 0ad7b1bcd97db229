package io.github.geminilive;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a session's flight recorder keeps: the last messages of both directions with their times, so
 * that what went wrong can be seen, and replayed, afterwards. Immutable.
 */
public final class RecordingPolicy {

  /** All defaults. */
  public static final RecordingPolicy DEFAULT = builder().build();

  /** Nothing is kept. */
  public static final RecordingPolicy OFF = builder().entries(0).build();

  private final int entries;
  private final long bytes;
  private final boolean showText;
  private final @Nullable Path directory;

  private RecordingPolicy(Builder builder) {
    this.entries = builder.entries;
    this.bytes = builder.bytes;
    this.showText = builder.showText;
    this.directory = builder.directory;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from this one. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.entries = entries;
    copy.bytes = bytes;
    copy.showText = showText;
    copy.directory = directory;
    return copy;
  }

  /** How many entries are kept. */
  public int entries() {
    return entries;
  }

  /** How many bytes the kept messages may take. */
  public long bytes() {
    return bytes;
  }

  /** Whether what people and tools say is written as it is. */
  public boolean showText() {
    return showText;
  }

  /** Where files are written on trouble; null when none are. */
  public @Nullable Path directory() {
    return directory;
  }

  /** Collects the settings; checks each at once. For one thread. */
  public static final class Builder {

    private int entries = 2000;
    private long bytes = 256 * 1024;
    private boolean showText = false;
    private @Nullable Path directory = null;

    private Builder() {}

    /**
     * How many messages and changes of state are kept; the oldest are forgotten first. Outgoing
     * audio counts once a second, as long as nothing comes in between.
     *
     * @param entries 0 switches the recorder off; default: 2,000
     */
    public Builder entries(int entries) {
      Limits.atLeast("entries", entries, 0);
      this.entries = entries;
      return this;
    }

    /**
     * How much memory the kept messages may take; it is taken as it is needed. Media take next to
     * none, and a message longer than a quarter of this stays as its size only.
     *
     * @param bytes at least 1,024; default: 256 KiB
     */
    public Builder bytes(long bytes) {
      Limits.atLeast("bytes", bytes, 1024);
      this.bytes = bytes;
      return this;
    }

    /**
     * Whether what people and tools say is written as it is. Without, each text is written as its
     * length and each value of a tool as its type; what the protocol itself speaks is readable,
     * such as enums, ids, numbers, and the names of functions and of their arguments. Media are
     * written as length and checksum in any case, handles under other names, and credentials never,
     * nor what bears the name of one.
     *
     * @param showText default: false
     */
    public Builder showText(boolean showText) {
      this.showText = showText;
      return this;
    }

    /**
     * Where a file is written on trouble: a session that ends by a failure, a silence that no step
     * has ended, a conversation the service has lost. At most ten files for one session, written on
     * the client's executor; what fails is told with {@link
     * LiveEvent.Warning.Kind#RECORDING_FAILED}.
     *
     * @param directory made when missing, the files are their owner's only where the file system
     *     knows owners; null, the default, writes nothing unasked
     */
    public Builder directory(@Nullable Path directory) {
      this.directory = directory;
      return this;
    }

    /** The settings; later changes to this builder do not reach them. */
    public RecordingPolicy build() {
      return new RecordingPolicy(this);
    }
  }
}
