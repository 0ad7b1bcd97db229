package io.github.geminilive.benchmarks;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import java.net.URI;
import java.util.function.IntConsumer;

/** This library, as an application uses it: a listener for what comes, calls for what goes. */
final class LibraryClient implements Peer {

  private static final int SAMPLE_RATE_HZ = 16_000;
  // Audio is streamed without a future for each chunk; one in this many tells how far it got.
  private static final int TRACKED = 32;

  @Override
  public String name() {
    return "library";
  }

  static LiveConfig config(URI uri, LiveListener listener) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.developer().exactly(uri))
        .apiKey("benchmark")
        .listener(listener)
        .build();
  }

  @Override
  public Link open(URI uri, IntConsumer onAudio) {
    LiveListener listener = new LiveListener() {
      @Override
      public void onAudio(LiveEvent.Audio audio) {
        onAudio.accept(audio.chunk().pcm().size());
      }
    };
    return new LibraryLink(LiveClient.connect(config(uri, listener)));
  }

  private static final class LibraryLink implements Link {
    private final LiveSession session;
    private int sent;

    LibraryLink(LiveSession session) {
      this.session = session;
    }

    @Override
    public void send(byte[] pcm) {
      if (++sent % TRACKED == 0) {
        session.sendAudio(pcm, SAMPLE_RATE_HZ).join();
      } else {
        session.streamAudio(pcm, 0, pcm.length, SAMPLE_RATE_HZ);
      }
    }

    @Override
    public void post(byte[] pcm) {
      session.streamAudio(pcm, 0, pcm.length, SAMPLE_RATE_HZ);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
