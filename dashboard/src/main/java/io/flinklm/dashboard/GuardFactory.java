package io.flinklm.dashboard;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;

/**
 * What Flink's REST server asks for further parts of each connection; it finds this class by Java's
 * {@code ServiceLoader}. Gives the {@link Guard}.
 */
public final class GuardFactory implements InboundChannelHandlerFactory {
  /** Made by {@code ServiceLoader}. */
  public GuardFactory() {}

  @Override
  public int priority() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders) {
    Set<String> hosts = new HashSet<>(configuration.get(DashboardOptions.HOSTS));
    configuration.getOptional(RestOptions.ADDRESS).ifPresent(hosts::add);
    Set<String> names = new HashSet<>();
    hosts.forEach(host -> names.add(host.toLowerCase(Locale.ROOT)));
    return Optional.of(
        new Placement(new AccessRule(configuration.get(DashboardOptions.CONTROL), names)));
  }

  /**
   * Puts the guard to the front. Flink adds parts of others behind the one that writes an upload to
   * the disk, which would happen before the refusal.
   */
  private static final class Placement extends ChannelHandlerAdapter {
    private final AccessRule rule;

    private Placement(AccessRule rule) {
      this.rule = rule;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      String http = context.pipeline().context(HttpServerCodec.class).name();
      context.pipeline().addAfter(http, Guard.class.getName(), new Guard(rule));
      context.pipeline().remove(this);
    }
  }
}
