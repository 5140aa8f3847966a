package io.flinklm.local.process;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * The two ports of a broker, both on this machine's loopback address.
 *
 * @param broker where clients connect
 * @param controller where the broker connects to its own controller
 */
public record Ports(int broker, int controller) {
  /** The address that only this machine reaches. */
  public static final String HOST = "127.0.0.1";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /**
   * Ports on which nobody listens now.
   *
   * @param broker the port for clients, or 0 for any
   * @throws UserMistake if that port is taken, not allowed or no port at all
   */
  public static Ports free(int broker) {
    if (broker < 0 || broker > 65535) {
      throw unusable(broker, "does not exist", null);
    }
    try (ServerSocket clients = listen(broker);
        ServerSocket controller = listen(0)) {
      return new Ports(clients.getLocalPort(), controller.getLocalPort());
    } catch (IOException e) {
      boolean taken = e instanceof BindException && e.getMessage().contains("in use");
      throw unusable(broker, taken ? "is taken" : "cannot be used (" + e.getMessage() + ")", e);
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK));
  }

  /** Somebody was faster than the broker that had found the port free. */
  public static UserMistake taken(int port, Throwable cause) {
    return unusable(port, "is taken", cause);
  }

  private static UserMistake unusable(int port, String why, Throwable cause) {
    return new UserMistake("port " + port + " " + why + "; choose another with --port", cause);
  }
}
