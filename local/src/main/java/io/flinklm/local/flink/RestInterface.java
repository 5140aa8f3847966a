package io.flinklm.local.flink;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.rest.RestClient;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.MessageHeaders;
import org.apache.flink.runtime.rest.messages.MessageParameters;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.util.ConfigurationException;

/** A connection to Flink's REST interface, for questions without a body. */
final class RestInterface implements AutoCloseable {
  private static final Duration TO_CLOSE = Duration.ofSeconds(5);

  private final URI address;
  private final RestClient client;

  RestInterface(URI address) {
    this.address = address;
    try {
      this.client = new RestClient(new Configuration(), Runnable::run);
    } catch (ConfigurationException e) {
      throw new IllegalStateException("Flink's own defaults are wrong", e);
    }
  }

  /**
   * The answer to a question.
   *
   * @throws IOException if there is none, or the answer is an error; says which and to what
   */
  <P extends ResponseBody, U extends MessageParameters> P get(
      MessageHeaders<EmptyRequestBody, P, U> question, U parameters)
      throws IOException, InterruptedException {
    try {
      return client
          .sendRequest(
              address.getHost(),
              address.getPort(),
              question,
              parameters,
              EmptyRequestBody.getInstance())
          .get();
    } catch (ExecutionException e) {
      String asked =
          address + MessageParameters.resolveUrl(question.getTargetRestEndpointURL(), parameters);
      throw new IOException(
          e.getCause() instanceof RestClientException answer
              ? "Flink answers %s with %s: %s"
                  .formatted(
                      asked,
                      answer.getHttpResponseStatus(),
                      answer.getMessage().lines().findFirst().orElse(""))
              : "Flink does not answer %s: %s".formatted(asked, e.getCause()),
          e.getCause());
    }
  }

  @Override
  public void close() {
    client.shutdown(TO_CLOSE);
  }
}
