package io.github.geminilive.tools.internal.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.OpenEnum;
import java.io.IOException;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Calendar;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How Jackson writes the classes nobody else knows, such as those with serializers of their own.
 * Inside of them, what Jackson alone cannot write or writes differently is written by our rules.
 */
final class JacksonForm {

  private final ObjectMapper mapper;

  JacksonForm(ResultWriter writer) {
    SimpleModule module = new SimpleModule() {
      @Override
      public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addSerializers(new OurTypes(writer));
      }
    };
    mapper = new ObjectMapper().registerModule(module);
  }

  /** The JSON Jackson writes. */
  Json write(Object value) throws IOException {
    return Json.parse(mapper.writeValueAsString(value));
  }

  private static final class OurTypes extends Serializers.Base {

    private final OurSerializer serializer;

    OurTypes(ResultWriter writer) {
      serializer = new OurSerializer(writer);
    }

    @Override
    public @Nullable JsonSerializer<?> findSerializer(
        SerializationConfig config, JavaType type, BeanDescription description) {
      Class<?> raw = type.getRawClass();
      boolean isOurs = TemporalAccessor.class.isAssignableFrom(raw)
          || TemporalAmount.class.isAssignableFrom(raw)
          || Date.class.isAssignableFrom(raw)
          || Calendar.class.isAssignableFrom(raw)
          || OpenEnum.class.isAssignableFrom(raw)
          || raw == Json.class
          || raw == Locale.class
          || raw == Optional.class
          || raw == OptionalInt.class
          || raw == OptionalLong.class
          || raw == OptionalDouble.class;
      return isOurs ? serializer : null;
    }
  }

  private static final class OurSerializer extends JsonSerializer<Object> {

    private final ResultWriter writer;

    OurSerializer(ResultWriter writer) {
      this.writer = writer;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeRawValue(Json.of(writer.write(value)).text());
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Object value) {
      return writer.write(value) == null;
    }
  }
}
