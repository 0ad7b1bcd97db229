package io.github.geminilive;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps snapshots where other processes find them. Implementations are thread-safe; called on threads
 * that may block. What they keep holds secrets and conversations: guard it as {@link
 * SessionSnapshot#toBytes()} says.
 *
 * <p>Keys are 1 to 200 characters, letters of ASCII, digits, {@code -} and {@code _}. Snapshots have
 * any bytes, at least one; a life is above zero. Other keys, snapshots and lives are refused with an
 * {@link IllegalArgumentException}.
 */
public interface SnapshotStore {

  /**
   * Keeps a snapshot, in place of the one before of the same key, even if that was taken.
   *
   * @param key whose snapshot it is
   * @param snapshot what to keep
   * @param life for how long; afterwards it need not be there, and is not given out
   * @throws IOException when it cannot be kept
   */
  void put(String key, byte[] snapshot, Duration life) throws IOException;

  /**
   * Keeps a snapshot in place of the one before, unless that was {@link #take taken}.
   *
   * @param key whose snapshot it is
   * @param snapshot what to keep
   * @param life as for {@link #put}
   * @return false when somebody took the one before, and nothing was kept; true otherwise, also when
   *     it had gone for another reason, such as its life or a store that was emptied, and is kept
   *     anew
   * @throws IOException when it cannot be kept
   */
  boolean replace(String key, byte[] snapshot, Duration life) throws IOException;

  /**
   * Takes a snapshot out: of several processes that ask at the same time, one gets it. That it was
   * taken is remembered for the rest of its life.
   *
   * @param key whose snapshot is wanted
   * @return the bytes; empty when there is none, it was taken, or its life is over
   * @throws IOException when that cannot be found out
   */
  Optional<byte[]> take(String key) throws IOException;

  /**
   * Removes a snapshot, if there is one, and what is remembered of its being taken.
   *
   * @param key whose snapshot is not wanted any more
   * @throws IOException when that cannot be done
   */
  void remove(String key) throws IOException;
}
