package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DoormanTest {

  private final Doorman doorman = new Doorman("conversations", 2, 3);

  @Test
  void aUserMayHaveSoManyAndNotOneMore() {
    assertThat(doorman.admit("ann")).isNull();
    assertThat(doorman.admit("ann")).isNull();
    assertThat(doorman.admit("ann")).isEqualTo("more than 2 conversations of one user at a time");
    assertThat(doorman.admit("bob")).isNull();
  }

  @Test
  void allTogetherMayHaveSoManyAndNotOneMore() {
    assertThat(doorman.admit("ann")).isNull();
    assertThat(doorman.admit("bob")).isNull();
    assertThat(doorman.admit("eve")).isNull();
    assertThat(doorman.admit("joe")).isEqualTo("more than 3 conversations at a time");
    assertThat(doorman.total()).isEqualTo(3);
  }

  @Test
  void whoLeavesMakesRoomAndNothingIsKeptOfUsersWhoLeft() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(doorman.admit("user-" + i)).isNull();
      doorman.leave("user-" + i);
    }
    assertThat(doorman.users()).isZero();
    assertThat(doorman.total()).isZero();
  }

  @Test
  void oneLeaveTooManyMakesNoRoom() {
    doorman.admit("ann");
    doorman.leave("bob");
    doorman.leave("ann");
    doorman.leave("ann");

    assertThat(doorman.total()).isZero();
    assertThat(doorman.admit("ann")).isNull();
    assertThat(doorman.admit("ann")).isNull();
    assertThat(doorman.admit("ann")).isNotNull();
  }

  @Test
  void ofManyWhoComeAtOnceAsManyGetInAsThereIsRoomFor() throws InterruptedException {
    Doorman narrow = new Doorman("conversations", 50, 60);
    AtomicInteger in = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String user = "user-" + i % 2;
      Thread thread = new Thread(() -> {
        try {
          go.await();
        } catch (InterruptedException e) {
          return;
        }
        for (int n = 0; n < 100; n++) {
          if (narrow.admit(user) == null) {
            in.incrementAndGet();
          }
        }
      });
      thread.start();
      threads.add(thread);
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(in).hasValue(60);
    assertThat(narrow.total()).isEqualTo(60);
  }
}
