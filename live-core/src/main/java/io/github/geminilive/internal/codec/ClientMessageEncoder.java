package io.github.geminilive.internal.codec;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.RecordType.Property;
import io.github.geminilive.internal.codec.RecordType.ValueType;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.OpenEnum;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Turns records into JSON: absent members are left out, markers are {@code {}}, int64 is text as
 * protobuf writes it, unknown members follow the known ones. For any thread.
 */
public final class ClientMessageEncoder {

  private ClientMessageEncoder() {}

  /**
   * Encodes a message to the service.
   *
   * @param message what to send
   * @return the text of one frame; halves of surrogate pairs are escaped, so UTF-8 can carry it
   */
  public static String encode(ClientMessage message) {
    return encodeRecord(message);
  }

  /**
   * Encodes any record of the wire.
   *
   * @param record a record of the protocol package
   * @return one JSON object
   */
  public static String encodeRecord(Object record) {
    StringBuilder out = new StringBuilder(256);
    write(out, requireNonNull(record, "record"));
    return out.toString();
  }

  private static void write(StringBuilder out, Object record) {
    RecordType type = RecordType.of(record.getClass());
    char separator = '{';
    for (Property property : type.properties) {
      Object value = property.get(record);
      if (value != null) {
        out.append(separator).append(property.prefix);
        write(out, property.type, value);
        separator = ',';
      }
    }
    for (Map.Entry<String, Json> member : type.extra(record).entrySet()) {
      out.append(separator);
      JsonText.appendQuoted(out, member.getKey());
      out.append(':').append(member.getValue().text());
      separator = ',';
    }
    out.append(separator == '{' ? "{}" : "}");
  }

  private static void write(StringBuilder out, ValueType type, Object value) {
    switch (type.kind) {
      case RECORD:
        write(out, value);
        break;
      case LIST:
        writeList(out, requireNonNull(type.element), (List<?>) value);
        break;
      case MAP:
        writeMap(out, requireNonNull(type.element), (Map<?, ?>) value);
        break;
      case JSON:
        out.append(((Json) value).text());
        break;
      case TEXT:
        JsonText.appendQuoted(out, (String) value);
        break;
      case ENUM:
        JsonText.appendQuoted(out, ((OpenEnum) value).value());
        break;
      case DOUBLE:
        JsonText.appendNumber(out, (Double) value);
        break;
      case BYTES:
        out.append('"').append(((Bytes) value).toBase64()).append('"');
        break;
      case DURATION:
        appendDuration(out, (Duration) value);
        break;
      case BOOLEAN:
      case INT:
        out.append(value);
        break;
      default:
        // int64 and times, neither of which needs escapes.
        out.append('"').append(value).append('"');
    }
  }

  private static void writeList(StringBuilder out, ValueType type, List<?> list) {
    char separator = '[';
    for (Object element : list) {
      out.append(separator);
      write(out, type, element);
      separator = ',';
    }
    out.append(separator == '[' ? "[]" : "]");
  }

  private static void writeMap(StringBuilder out, ValueType type, Map<?, ?> map) {
    char separator = '{';
    for (Map.Entry<?, ?> member : map.entrySet()) {
      out.append(separator);
      JsonText.appendQuoted(out, (String) member.getKey());
      out.append(':');
      write(out, type, member.getValue());
      separator = ',';
    }
    out.append(separator == '{' ? "{}" : "}");
  }

  /** Appends decimal seconds, with as many digits as the value needs. */
  private static void appendDuration(StringBuilder out, Duration duration) {
    out.append('"');
    Duration absolute = duration;
    if (duration.isNegative()) {
      out.append('-');
      absolute = duration.negated();
    }
    out.append(absolute.getSeconds());
    int nanos = absolute.getNano();
    if (nanos != 0) {
      String digits = Integer.toString(1_000_000_000 + nanos);
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      out.append('.').append(digits, 1, end);
    }
    out.append("s\"");
  }
}
