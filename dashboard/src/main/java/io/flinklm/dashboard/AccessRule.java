package io.flinklm.dashboard;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.NetUtil;

/**
 * Which requests Flink's REST interface answers: those that only look, and where control is allowed
 * also those of programs. A web page of another origin gets nothing, and no page changes anything.
 *
 * @param control whether programs may change something
 * @param hosts names under which the interface is asked, in lower case, besides localhost and any
 *     IP address
 */
record AccessRule(boolean control, Set<String> hosts) {
  // These cancel a job, though their method is GET: YARN's proxy knows no other.
  private static final String ACTS_BY_GET = "yarn-";
  private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  /** Why a request is refused; empty if it is not. */
  Optional<String> refusal(HttpRequest request) {
    List<String> named = request.headers().getAll(HttpHeaderNames.HOST);
    if (named.size() != 1 || !isKnown(named.get(0))) {
      return Optional.of(
          "The request names a host that this is not. Ask for localhost or an IP address, or add"
              + " the name to the setting "
              + DashboardOptions.HOSTS.key()
              + ".");
    }
    List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
    if (!origins.stream().allMatch(origin -> isOf(named.get(0), origin))) {
      return Optional.of("The request is of a web page of another origin.");
    }
    boolean looks = LOOKS.contains(request.method()) && !actsByGet(request.uri());
    // A browser tells the origin of every request that is no GET, and no program does.
    boolean allowed = control && !LOOKS.contains(request.method()) && origins.isEmpty();
    return looks || allowed
        ? Optional.empty()
        : Optional.of(
            "This interface only shows. Programs may change something where the setting "
                + DashboardOptions.CONTROL.key()
                + " is true.");
  }

  // A page can give its own host any address (DNS rebinding), but cannot be named by an address.
  private boolean isKnown(String host) {
    boolean bracketed = host.startsWith("[");
    int end = bracketed ? host.indexOf(']') + 1 : host.lastIndexOf(':');
    String name = host.substring(0, end > 0 ? end : host.length()).toLowerCase(Locale.ROOT);
    return bracketed
        ? NetUtil.isValidIpV6Address(name)
        : name.equals("localhost") || NetUtil.isValidIpV4Address(name) || hosts.contains(name);
  }

  private static boolean isOf(String host, String origin) {
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private static boolean actsByGet(String uri) {
    for (String part : new QueryStringDecoder(uri).path().split("/", -1)) {
      if (part.startsWith(ACTS_BY_GET)) {
        return true;
      }
    }
    return false;
  }
}
