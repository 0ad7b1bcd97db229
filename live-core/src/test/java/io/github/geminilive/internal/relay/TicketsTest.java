package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TicketsTest {

  @Test
  void aTicketHas192BitsThatFitIntoAnAddress() {
    assertThat(Tickets.next()).matches("[A-Za-z0-9_-]{32}");
  }

  @Test
  void noTwoTicketsAreTheSameAndEveryCharacterVaries() {
    Set<String> tickets = new HashSet<>();
    Set<String> ends = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String ticket = Tickets.next();
      tickets.add(ticket);
      for (int at = 0; at < ticket.length(); at++) {
        ends.add(at + ":" + ticket.charAt(at));
      }
    }

    assertThat(tickets).hasSize(2_000);
    assertThat(ends).hasSizeGreaterThan(32 * 60);
  }

  @Test
  void theKeyOfATicketIsADigestThatEveryProcessFinds() {
    assertThat(Tickets.key("ann", "abc"))
        .isEqualTo("8db06206982d955c624aec0c3052496437bc4bce2df3a2802894a26524670fde")
        .isNotEqualTo(Tickets.key("bob", "abc"));
  }
}
