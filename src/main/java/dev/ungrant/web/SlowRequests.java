package dev.ungrant.web;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connection of a request that does not arrive, headers and body, within the seconds of {@code LIMIT_REQUEST_SECONDS};
 * a new connection has as long to begin. The server's idle limits do not do this: they begin again with every byte, so a few
 * bytes a minute would hold a connection for ever.
 */
@Singleton
final class SlowRequests implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private static final Logger LOG = LoggerFactory.getLogger(SlowRequests.class);

    private final int seconds;

    SlowRequests(@Property(name = "ungrant.limit.request-seconds", defaultValue = "30") int seconds) {
        this.seconds = seconds;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new OnConnection(null));
        return event.getBean();
    }

    private final class OnConnection implements NettyServerCustomizer {
        private final Channel channel;

        private OnConnection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public NettyServerCustomizer specializeForChannel(Channel opened, ChannelRole role) {
            return role == ChannelRole.CONNECTION ? new OnConnection(opened) : this;
        }

        @Override
        public void onInitialPipelineBuilt() {
            String codec = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
            Arrival arrival = new Arrival();
            channel.pipeline().addBefore(codec, "request-bytes", arrival);
            channel.pipeline().addAfter(codec, "request-ends", arrival.new Ends());
        }
    }

    /** Sees the bytes before they are understood. Everything here happens on the connection's one event loop. */
    private final class Arrival extends ChannelInboundHandlerAdapter {
        private boolean underWay;
        private Future<?> deadline;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            await(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            underWay = true;
            context.fireChannelRead(bytes);
        }

        /** Most requests arrive in one piece and never need a timer. */
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (underWay && deadline == null) {
                await(context);
            }
            context.fireChannelReadComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            arrived();
            context.fireChannelInactive();
        }

        private void await(ChannelHandlerContext context) {
            deadline = context.executor()
                    .schedule(
                            () -> {
                                LOG.info("A request did not arrive within {} s; its connection is closed", seconds);
                                context.close();
                            },
                            seconds,
                            TimeUnit.SECONDS);
        }

        private void arrived() {
            underWay = false;
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
            }
        }

        /** Sees where a request begins and ends, which only the codec knows. */
        private final class Ends extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpRequest) {
                    underWay = true;
                }
                if (message instanceof LastHttpContent) {
                    arrived();
                }
                context.fireChannelRead(message);
            }
        }
    }
}
