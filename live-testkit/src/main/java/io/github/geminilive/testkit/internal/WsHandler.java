package io.github.geminilive.testkit.internal;

import io.github.geminilive.testkit.FrameHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes messages of a connection's frames. */
final class WsHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  private final WireConnection connection;
  private final @Nullable FrameHandler direct;
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
  private boolean text;

  WsHandler(WireConnection connection, @Nullable FrameHandler direct) {
    this.connection = connection;
    this.direct = direct;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
      text = frame instanceof TextWebSocketFrame;
      if (frame.isFinalFragment()) {
        whole(frame.content());
      } else {
        pieces.reset();
        append(frame.content());
      }
    } else if (frame instanceof ContinuationWebSocketFrame) {
      append(frame.content());
      if (frame.isFinalFragment()) {
        whole(Unpooled.wrappedBuffer(pieces.toByteArray()));
        pieces.reset();
      }
    } else if (frame instanceof PingWebSocketFrame) {
      if (connection.onPing()) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
      }
    } else if (frame instanceof PongWebSocketFrame) {
      if (frame.content().readableBytes() == Long.BYTES) {
        connection.onPong(frame.content().readLong());
      }
    } else if (frame instanceof CloseWebSocketFrame close) {
      int code = close.statusCode() < 0 ? 1005 : close.statusCode();
      String reason = close.reasonText() == null ? "" : close.reasonText();
      if (connection.onCloseFrame(code, reason)) {
        ctx.writeAndFlush(new CloseWebSocketFrame(true, 0, close.content().retain()))
            .addListener(ChannelFutureListener.CLOSE);
      } else {
        ctx.close();
      }
    }
  }

  private void append(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    pieces.writeBytes(bytes);
  }

  private void whole(ByteBuf content) {
    if (direct != null) {
      ByteBuffer view = content.nioBufferCount() == 1
          ? content.nioBuffer()
          : ByteBuffer.wrap(ByteBufUtil.getBytes(content));
      direct.onFrame(connection, view, text);
      return;
    }
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    connection.onMessage(bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.onInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset by the client or a bad frame: either way this connection is over.
    ctx.close();
  }
}
