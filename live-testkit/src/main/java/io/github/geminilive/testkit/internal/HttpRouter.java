package io.github.geminilive.testkit.internal;

import io.github.geminilive.testkit.Upgrade;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Answers HTTP: upgrades, the token endpoint, and 404 for the rest. */
final class HttpRouter extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final int MAX_FRAME_BYTES = 64 << 20;

  private final ServerCore server;

  HttpRouter(ServerCore server) {
    this.server = server;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    String target = request.uri();
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    Map<String, String> headers = new LinkedHashMap<>();
    request.headers().forEach(h -> headers.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
    Upgrade upgrade = new Upgrade(path, Endpoint.query(target), headers);

    if ("websocket".equalsIgnoreCase(headers.get("upgrade"))) {
      upgrade(ctx, request, upgrade);
      return;
    }
    HttpAnswer answer;
    if (path.matches("/+(v1beta|v1alpha|v1)/auth_tokens")) {
      answer = request.method().equals(HttpMethod.POST)
          ? server.tokens().create(upgrade, request.content().toString(StandardCharsets.UTF_8))
          : HttpAnswer.error(405, "METHOD_NOT_ALLOWED", "Use POST.");
    } else {
      answer = HttpAnswer.error(404, "NOT_FOUND", "The requested URL " + path + " was not found.");
    }
    respond(ctx, answer);
  }

  private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request, Upgrade upgrade) {
    Script script = server.nextScript(upgrade);
    Opening opening = script.opening();
    if (opening instanceof Opening.Never) {
      return;
    }
    if (opening instanceof Opening.Raw raw) {
      ctx.pipeline()
          .context(RawGate.class)
          .writeAndFlush(
              Unpooled.wrappedBuffer(raw.response().getBytes(StandardCharsets.ISO_8859_1)));
      return;
    }
    if (opening instanceof Opening.Refuse refuse) {
      respond(ctx, new HttpAnswer(refuse.status(), refuse.headers(), refuse.body()));
      return;
    }
    Endpoint endpoint = Endpoint.of(upgrade.path());
    if (endpoint == null) {
      respond(
          ctx,
          HttpAnswer.error(
              404, "NOT_FOUND", "The requested URL " + upgrade.path() + " was not found."));
      return;
    }
    Access access = server.access(endpoint, upgrade);
    if (access.httpStatus() != 0 && script.rules()) {
      respond(ctx, HttpAnswer.error(access.httpStatus(), "UNAUTHENTICATED", access.closeReason()));
      return;
    }
    accept(ctx, request, upgrade, endpoint, access, script);
  }

  private void accept(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      Upgrade upgrade,
      Endpoint endpoint,
      Access access,
      Script script) {
    WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
            "ws://localhost" + request.uri(),
            null,
            WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(MAX_FRAME_BYTES)
                .allowExtensions(false)
                .withUTF8Validator(false)
                .build())
        .newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
      return;
    }
    WireConnection connection = server.connect(upgrade, endpoint, ctx.channel());
    connection.session().start(access, script);
    // The frame handler must be there before the first frame can follow the handshake.
    ctx.pipeline().addLast("ws", new WsHandler(connection, server.options().frameHandler()));
    handshaker.handshake(ctx.channel(), request).addListener(done -> {
      if (done.isSuccess()) {
        server.opened(connection);
      } else {
        ctx.close();
      }
    });
    ctx.pipeline().remove(this);
  }

  private static void respond(ChannelHandlerContext ctx, HttpAnswer answer) {
    FullHttpResponse response = new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(answer.status()),
        Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
