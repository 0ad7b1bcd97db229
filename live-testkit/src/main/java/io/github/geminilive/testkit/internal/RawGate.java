package io.github.geminilive.testkit.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the socket and the codecs: the place for raw writes and for reading late. Touched
 * on the channel's event loop, except that a pause holds as soon as it is asked for.
 */
final class RawGate extends ChannelDuplexHandler {

  private final Queue<Object> early = new ArrayDeque<>();
  private int bytesPerSecond;
  private volatile boolean paused;
  private boolean resting;

  /** Sets the limit; 0 for none. */
  void limit(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** On any thread: nothing that arrives from now on goes further. */
  void pause(ChannelHandlerContext ctx) {
    paused = true;
    ctx.executor().execute(() -> {
      if (paused) {
        ctx.channel().config().setAutoRead(false);
      }
    });
  }

  /** On any thread. */
  void resume(ChannelHandlerContext ctx) {
    paused = false;
    ctx.executor().execute(() -> goOn(ctx));
  }

  private void goOn(ChannelHandlerContext ctx) {
    while (!shut() && !early.isEmpty()) {
      pass(ctx, early.remove());
      ctx.fireChannelReadComplete();
    }
    if (!shut()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  private boolean shut() {
    return paused || resting;
  }

  /** Decoders ask for more on their own account when a frame is incomplete: not while shut. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!shut()) {
      ctx.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (shut()) {
      early.add(msg);
    } else {
      pass(ctx, msg);
    }
  }

  private void pass(ChannelHandlerContext ctx, Object msg) {
    if (bytesPerSecond > 0 && msg instanceof ByteBuf) {
      long nanos = ((ByteBuf) msg).readableBytes() * 1_000_000_000L / bytesPerSecond;
      resting = true;
      ctx.channel().config().setAutoRead(false);
      ctx.executor()
          .schedule(
              () -> {
                resting = false;
                goOn(ctx);
              },
              nanos,
              TimeUnit.NANOSECONDS);
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    ctx.fireChannelInactive();
  }
}
