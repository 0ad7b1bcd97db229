package io.github.geminilive.testkit.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/** Stands between the socket and the codecs: the place for raw writes and slow reads. */
final class RawGate extends ChannelInboundHandlerAdapter {

  private int bytesPerSecond;

  /** Sets the limit; 0 for none. On the event loop only. */
  void limit(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (bytesPerSecond > 0 && msg instanceof ByteBuf) {
      long nanos = ((ByteBuf) msg).readableBytes() * 1_000_000_000L / bytesPerSecond;
      ctx.channel().config().setAutoRead(false);
      ctx.executor()
          .schedule(
              () -> ctx.channel().config().setAutoRead(true), nanos, TimeUnit.NANOSECONDS);
    }
    ctx.fireChannelRead(msg);
  }
}
