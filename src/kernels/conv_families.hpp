#pragma once

#include "kernels/kernels.hpp"

/// The forms of convolution, each in its own file; conv.kernel.cpp chooses among them by shape.
namespace keratin::kernels::KERATIN_ISA {

void conv_forward(const Context&, const Conv2D&, const float* x, const float* kernel, const float* bias,
                  Activation, float* y);
void conv_forward(const Context&, const Conv2D&, const double* x, const double* kernel, const double* bias,
                  Activation, double* y);

/// The same, bit for bit, with columns as lanes: for few filters, one group and a column stride of 1.
void conv_forward_by_columns(const Context&, const Conv2D&, const float* x, const float* kernel,
                             const float* bias, Activation, float* y);
void conv_forward_by_columns(const Context&, const Conv2D&, const double* x, const double* kernel,
                             const double* bias, Activation, double* y);

void conv_input_gradient(const Context&, const Conv2D&, const float* dy, const float* kernel, float* dx,
                         bool accumulate);
void conv_input_gradient(const Context&, const Conv2D&, const double* dy, const double* kernel, double* dx,
                         bool accumulate);

/// The same by another way, for few input channels and one group.
void conv_input_gradient_by_taps(const Context&, const Conv2D&, const float* dy, const float* kernel,
                                 float* dx, bool accumulate);
void conv_input_gradient_by_taps(const Context&, const Conv2D&, const double* dy, const double* kernel,
                                 double* dx, bool accumulate);

void conv_kernel_gradient(const Context&, const Conv2D&, const float* x, const float* dy, float* dkernel,
                          bool accumulate);
void conv_kernel_gradient(const Context&, const Conv2D&, const double* x, const double* dy, double* dkernel,
                          bool accumulate);

/// The same three for what uses_winograd() accepts.
void winograd_forward(const Context&, const Conv2D&, const float* x, const float* kernel, const float* bias,
                      Activation, float* y);
void winograd_forward(const Context&, const Conv2D&, const double* x, const double* kernel,
                      const double* bias, Activation, double* y);
void winograd_input_gradient(const Context&, const Conv2D&, const float* dy, const float* kernel, float* dx,
                             bool accumulate);
void winograd_input_gradient(const Context&, const Conv2D&, const double* dy, const double* kernel,
                             double* dx, bool accumulate);
void winograd_kernel_gradient(const Context&, const Conv2D&, const float* x, const float* dy, float* dkernel,
                              bool accumulate);
void winograd_kernel_gradient(const Context&, const Conv2D&, const double* x, const double* dy,
                              double* dkernel, bool accumulate);

/// The three again for depthwise convolutions (is_depthwise() in depthwise.hpp).
void conv_depthwise(const Context&, const Conv2D&, const float* x, const float* kernel, const float* bias,
                    Activation, float* y);
void conv_depthwise(const Context&, const Conv2D&, const double* x, const double* kernel, const double* bias,
                    Activation, double* y);
void conv_depthwise_input_gradient(const Context&, const Conv2D&, const float* dy, const float* kernel,
                                   float* dx, bool accumulate);
void conv_depthwise_input_gradient(const Context&, const Conv2D&, const double* dy, const double* kernel,
                                   double* dx, bool accumulate);
void conv_depthwise_kernel_gradient(const Context&, const Conv2D&, const float* x, const float* dy,
                                    float* dkernel, bool accumulate);
void conv_depthwise_kernel_gradient(const Context&, const Conv2D&, const double* x, const double* dy,
                                    double* dkernel, bool accumulate);

/// The same, bit for bit, with entries of the kernel as lanes: for few filters and one group, and nothing
/// empty.
void conv_kernel_gradient_by_filters(const Context&, const Conv2D&, const float* x, const float* dy,
                                     float* dkernel, bool accumulate);
void conv_kernel_gradient_by_filters(const Context&, const Conv2D&, const double* x, const double* dy,
                                     double* dkernel, bool accumulate);

/// The same, bit for bit, with channels of one tap as rows of the tiles: for windows that reach beyond the
/// images, and nothing empty.
void conv_kernel_gradient_by_taps(const Context&, const Conv2D&, const float* x, const float* dy,
                                  float* dkernel, bool accumulate);
void conv_kernel_gradient_by_taps(const Context&, const Conv2D&, const double* x, const double* dy,
                                  double* dkernel, bool accumulate);

}  // namespace keratin::kernels::KERATIN_ISA
